"""The app: `make app`. Page settings and navigation; what is drawn lives in reports/views/."""

from pathlib import Path

import streamlit as st

VIEWS = Path(__file__).parent / "reports" / "views"

st.set_page_config(
    page_title="Thermocline",
    page_icon=str(VIEWS / "static" / "mark.svg"),
    layout="wide",
    initial_sidebar_state="collapsed",
)
st.html(VIEWS / "static" / "app.css")
st.logo(str(VIEWS / "static" / "wordmark.svg"), size="large")
page = st.navigation(
    [
        st.Page(
            VIEWS / "runs.py",
            title="Runs",
            icon=":material/format_list_bulleted:",
            default=True,
            help="Every experiment of this workspace: state, progress, what it found.",
        ),
        st.Page(
            VIEWS / "launch.py",
            title="New experiment",
            url_path="launch",
            icon=":material/add:",
            help="Choose data, defences and attacks; see what it costs; launch.",
        ),
        st.Page(
            VIEWS / "compare.py",
            title="Compare",
            icon=":material/stacked_line_chart:",
            help="Two or more runs side by side.",
        ),
        st.Page(
            VIEWS / "run.py",
            title="Run",
            icon=":material/monitoring:",
            visibility="hidden",
            help="One experiment: progress while it runs, its report when it is done.",
        ),
        st.Page(
            VIEWS / "review.py",
            title="Review",
            icon=":material/rate_review:",
            visibility="hidden",
            help="Comments and sign-offs on one experiment, and the record of them.",
        ),
    ],
    position="top",
)
with st.container(horizontal_alignment="center"), st.container(width=1120):
    page.run()
