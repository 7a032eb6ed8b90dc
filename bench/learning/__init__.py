"""The closed loop of planning and learning, beside a clairvoyant, an earlier planner and none."""
