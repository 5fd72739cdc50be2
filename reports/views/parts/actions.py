"""What can be done with a run: stop, go on, add an attack, clone, rename, share, save, delete."""

from __future__ import annotations

import os

import streamlit as st

from core.errors import UserError
from core.planning import prepare
from core.results import export
from core.store.records import Run
from reports.files import saved as files
from reports.views.parts import catalogue, common, planned, worker

CLONE, RENAME, DELETE = "Clone and edit", "Rename", "Delete"


def row(run: Run, error: Exception | None = None) -> None:
    """The buttons of a run; at most one is primary.

    Args: error: why its results cannot be read; a lost file can be computed again.
    """
    frozen = run.id in common.ledger().published([run.id])
    with st.container(horizontal=True, key="actions"):
        if common.may_change():
            if run.active:
                if common.pressed("Stop", "stop", run.id, icon=":material/stop:"):
                    common.ledger().cancel(run.id)
                    st.rerun()
            elif run.state != "done" or isinstance(error, UserError):
                icon = ":material/play_arrow:"
                if common.pressed("Resume", "resume", run.id, icon=icon, type="primary"):
                    _resume(run)
            elif error is None:
                if not frozen:
                    _extend(run)
            elif common.pressed(CLONE, "clone", run.id, icon=":material/edit:", type="primary"):
                st.switch_page(common.LAUNCH_PAGE, query_params={"from": run.id})
        if error is None and not run.active:
            if common.pressed("Review", "review", run.id, icon=":material/rate_review:"):
                st.switch_page(common.REVIEW_PAGE, query_params={"run": run.id})
            _save(run)
        _share(run)
        if common.may_change():
            _more(run, frozen)


def _more(run: Run, frozen: bool) -> None:
    options = [CLONE, *([] if frozen else [RENAME]), *([] if frozen or run.active else [DELETE])]
    match st.menu_button("More", options, key="more"):
        case "Clone and edit":
            st.switch_page(common.LAUNCH_PAGE, query_params={"from": run.id})
        case "Rename":
            _rename(run.id, run.name)
        case "Delete":
            _delete(run.id)


def _resume(run: Run) -> None:
    with common.guarded():
        common.ledger().resume(run.id)
        worker.wake()


def _extend(run: Run) -> None:
    had = planned.attacked_with(run)
    there = [name for name in catalogue.ATTACKS if name not in had]
    if not there:
        return
    with st.popover("Add an attack", icon=":material/add:", key="extend"):
        st.markdown("The trained networks are attacked again; nothing is trained.")
        chosen = st.multiselect("Attacks that did not run yet", there, key="added")
        for name in chosen:
            st.caption(common.escape(catalogue.ATTACKS[name]))
        if common.pressed("Attack", "extend-go", run.id, disabled=not chosen):
            with common.guarded():
                prepare.extend(run.id, [{"name": name} for name in chosen], common.ledger())
                worker.wake()


@st.dialog("Rename this run")
def _rename(run_id: str, name: str) -> None:
    with st.form("rename-form", border=False):
        wanted = st.text_input("Name", name, max_chars=200, key="new-name")
        if st.form_submit_button("Rename"):
            with common.guarded():
                common.ledger().rename(run_id, wanted)
                st.rerun()


def _save(run: Run) -> None:
    """Downloads, made when they are asked for."""
    with st.popover("Download", icon=":material/download:", key="download"):
        for label, ending in (
            ("Report, one page for anyone (.html)", "html"),
            ("Report that carries every attack’s row (.html)", "rows.html"),
            ("Results (.json)", "json"),
            ("Every attack (.csv)", "csv"),
            ("Every attack (.parquet)", "parquet"),
            ("Everything (.zip)", "zip"),
            ("Set-up (.yaml)", "yaml"),
        ):
            st.download_button(
                label,
                data=lambda ending=ending: _file(run, ending),
                file_name=f"{run.id}.{ending}",
                on_click="ignore",
                key=f"save-{ending}".replace(".", "-"),
                width="stretch",
            )
        st.caption("Trained networks stand under “Networks”.")


def _file(run: Run, ending: str) -> str | bytes:
    """A download; the ledger notes what was made of the results."""
    if ending == "yaml":
        return planned.spec_as_yaml(run)
    store = common.ledger()
    results, rows = common.collected(run, store)
    carry, ending = ending.startswith("rows."), ending.removeprefix("rows.")
    content = files.made(run.id, f".{ending}", results, rows, carry)
    export.note(store, results, content, ending)
    return content


def _share(run: Run) -> None:
    with st.popover("Copy link", icon=":material/link:", key="share"):
        section = st.session_state.get("section")
        query = f"run?run={run.id}" + (f"&section={section}" if section else "")
        link(query)


def link(query: str) -> None:
    """An address to copy; without BASE_URL it says how far it reaches."""
    base = os.environ.get("BASE_URL", "").rstrip("/")
    if base:
        st.code(f"{base}/{query}", language=None, wrap_lines=True)
        st.caption("Opens this view for everyone who can reach that address.")
        return
    here = (st.context.url or "http://localhost:8501").split("?")[0]
    here = here.rsplit("/", 1)[0] if here.count("/") > 2 else here
    st.code(f"{here}/{query}", language=None, wrap_lines=True)
    st.caption(
        "This link works on this machine only. For somebody else, download the report as a file,"
        " or start the app with BASE_URL."
    )


@st.dialog("Delete this run?")
def _delete(run_id: str) -> None:
    store = common.ledger()
    run = store.run(run_id)
    st.markdown(
        f"**{common.escape(run.name)}** and its report go for good, with the networks and results"
        f" of those of its {run.cells} steps that no other run uses. Steps that another run uses"
        " stay, and so do your data files."
    )
    if st.button("Delete for good", key="delete-go", icon=":material/delete:"):
        try:
            gone = store.delete(run_id)
        except UserError as error:
            st.error(common.escape(str(error)))
            return
        kept = f", {gone.cells_kept} kept for other runs" if gone.cells_kept else ""
        st.session_state["told"] = (
            f"{run.name} deleted: {gone.cells_removed} steps removed{kept},"
            f" {gone.bytes_freed / 2**20:.1f} MiB freed."
        )
        st.switch_page(common.RUNS_PAGE)
