"""Charts of the page Synthetic shoppers: real is slate, synthetic is amber, side by side or one on the other."""
