"""Everything that computes: experiments, training, attacks, metrics, store. No Streamlit, no plotly."""
