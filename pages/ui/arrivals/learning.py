"""What a part of the page shows before anything was learned for it."""

from __future__ import annotations

import streamlit as st


def teach(name: str, title: str, about: str) -> None:
    """What will be here, in a title and a sentence or two."""
    with st.container(border=True, horizontal_alignment="center", key=f"teach_{name}"):
        st.space("medium")
        st.markdown(f"**{title}**", text_alignment="center")
        st.markdown(f":gray[{about}]", text_alignment="center", width=640)
        st.space("medium")
