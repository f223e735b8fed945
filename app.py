"""Aisle · recommendation workbench: page config, warm-up, navigation, the workspace picker. Run with `streamlit run app.py`."""

import streamlit as st

from pages.ui import cache, nav, picker, state
from pages.ui.guards import guard

nav.configure()
st.logo(str(nav.ASSETS / "logo.svg"), icon_image=str(nav.ASSETS / "logo_icon.svg"), size="large")
state.set_(state.FRAMED, True)
cache.warm_process()

page = nav.build_navigation()
with st.sidebar, guard("picker"):
    picker.workspace_picker()
page.run()
