"""What people see: the frame, the screens, the blocks, the question's frame and the twins of the kinds."""
