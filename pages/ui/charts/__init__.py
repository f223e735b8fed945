"""Figure builders: data in, plotly Figure out."""
