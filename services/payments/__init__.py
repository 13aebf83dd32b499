"""Payments: the dues of physicians, the orders that pay them, and the conversation with the card acquirer."""
