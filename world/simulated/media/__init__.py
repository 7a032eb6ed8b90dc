"""The simulated ad platform: what it sells, delivers and claims."""
