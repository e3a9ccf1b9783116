"""Where every number stands in the workbook, and the data that sheets are described from."""
