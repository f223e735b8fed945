"""Groups of products and what sets a shopper apart: text and behaviour made readable."""
