"""A kind that is no part of the product: what somebody would write who adds one. Laid into a copy by test_toy.py."""
