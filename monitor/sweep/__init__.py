"""One pass over the parcels: poll, record, judge, tell. The only place that knows every part."""
