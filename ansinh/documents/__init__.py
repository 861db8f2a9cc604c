"""Files: intake, recognition, quality control, archive copies, signatures, retention."""
