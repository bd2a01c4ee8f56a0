"""The worker: what pages leave behind is done beside them."""
