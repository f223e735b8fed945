"""Everything the pages share that knows Streamlit."""
