"""Figures, map, pages and workbook: what Bufdir, the municipalities and the public see."""
