"""From a run to its listeners: encoding, storing, telling, and telling what a crash kept from being told."""
