package textdiff

// Conflict is a part of a text that two other texts change, each in its way. The kept and deleted hunks of both sides are that
// part.
type Conflict struct{ A, B []Hunk }

// Conflicts gives the parts of a text at which the changes of two others touch: they replace the same words, or one ends where
// the other begins. Both can be made at once where there are none. Two that change the same words to the same touch as well:
// once one is made, nothing is left for the other to do.
func Conflicts(base, a, b string) []Conflict {
	return Edit(base, a).Conflicts(Edit(base, b))
}

// Edited is a text with what it changes in another one, to be compared with several that change the same one.
type Edited struct {
	base, text string
	made       []change
}

// Edit gives a text with what it changes in a base.
func Edit(base, text string) Edited { return Edited{base, text, changes(base, text)} }

// Conflicts is as the function of this name.
func (e Edited) Conflicts(other Edited) []Conflict {
	base, a, b, as, bs := e.base, e.text, other.text, e.made, other.made
	var found []Conflict
	for i, j := 0, 0; i < len(as) && j < len(bs); {
		switch {
		case as[i].old.end < bs[j].old.start:
			i++
		case bs[j].old.end < as[i].old.start:
			j++
		default:
			part := span{min(as[i].old.start, bs[j].old.start), as[i].old.start}
			ofA, ofB := i, j
			for grown := true; grown; {
				grown = reach(as, &i, &part) || reach(bs, &j, &part)
			}
			found = append(found, Conflict{hunks(part, as[ofA:i], base, a), hunks(part, bs[ofB:j], base, b)})
		}
	}
	return found
}

// reach takes the next change into a part that it touches.
func reach(made []change, next *int, part *span) bool {
	if *next == len(made) || made[*next].old.start > part.end {
		return false
	}
	part.end = max(part.end, made[*next].old.end)
	*next++
	return true
}
