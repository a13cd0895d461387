package lean

// Some gives what a pointer is, and a plain nil for one that is nil.
func Some[T any](v *T) any {
	if v == nil {
		return nil
	}
	return v
}

// SomeOf gives a list, and a plain nil for one that is nil.
func SomeOf[T any](list []T) any {
	if list == nil {
		return nil
	}
	return list
}

// Pointers appends the elements of a list, with a plain nil for each that is nil.
func Pointers[T any](list []*T, to []any) []any {
	for _, v := range list {
		to = append(to, Some(v))
	}
	return to
}

// Values appends the elements of a list of interfaces.
func Values[T any](list []T, to []any) []any {
	for _, v := range list {
		to = append(to, v)
	}
	return to
}
