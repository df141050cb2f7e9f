"""The rules, one file each: what can be wrong with a parcel, as a schedule of steps."""
