"""What happens around the products that a synthetic shopper takes: visits, times, repeats, kinds of event, amounts. Learned, not copied."""
