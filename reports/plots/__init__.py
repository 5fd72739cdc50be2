"""Values in, Plotly figures out: dots, lines, panels, heat, and how they look.

No sentence and no results object; what is drawn is decided in reports.sections.
"""
