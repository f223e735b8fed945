"""Aisle · recommendation workbench: page config, warm-up, navigation, the workspace picker. Run with `streamlit run app.py`."""

from pathlib import Path

import streamlit as st

from pages.ui import cache, nav, picker, state, words
from pages.ui.guards import guard

ASSETS = Path(__file__).parent / "assets"

st.set_page_config(page_title=words.PRODUCT, page_icon=str(ASSETS / "logo_icon.png"), layout="wide")
st.logo(str(ASSETS / "logo.svg"), icon_image=str(ASSETS / "logo_icon.svg"), size="large")
state.set_(state.FRAMED, True)
cache.warm_process()

page = nav.build_navigation()
with st.sidebar, guard("picker"):
    picker.workspace_picker()
page.run()
