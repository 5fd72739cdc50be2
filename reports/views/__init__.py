"""The app's pages, one file each; what they share is in parts/. Streamlit runs them as scripts."""
