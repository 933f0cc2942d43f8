"""Parts of carrying out a plan: what a step touches, what an answer means, what is verified."""
