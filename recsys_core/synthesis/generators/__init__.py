"""Generators of shoppers: each learns from `RealShoppers` and draws `DrawnShoppers`."""
