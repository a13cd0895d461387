package textdiff

// How much is done to find the shortest way from one text to another.
const (
	farthest = 256       // changes that are looked for from each end at once; 200 changes of a word each take 200
	work     = 5_000_000 // steps for two texts of 50,000 characters; 200 changes of twenty words each take 4 million, other texts more
)

// matcher finds what two sequences have in common, by the linear-space algorithm of Myers (An O(ND) difference algorithm and its
// variations, Algorithmica 1986). Where the sequences differ much it goes on from the point that it got farthest to, and once it has done
// its work it takes what is left for different. So its time is bounded, and its result depends on nothing but the sequences.
type matcher struct {
	x, y           []int32
	goneX, newY    []bool
	there, back    []int // how far along x each diagonal was followed from the start, and from the end
	remains        int   // steps
	startX, startY int   // of the part that is looked at
	endX, endY     int
}

// unreached is how far a diagonal was followed that no path within the bounds leads to.
const unreached = -1 << 40

func newMatcher(x, y []int32, remains int) *matcher {
	return &matcher{
		x: x, y: y, goneX: make([]bool, len(x)), newY: make([]bool, len(y)), remains: remains,
		there: make([]int, 2*farthest+5), back: make([]int, 2*farthest+5),
	}
}

// compare marks what differs in a part of both sequences.
func (m *matcher) compare(startX, endX, startY, endY int) {
	for {
		for startX < endX && startY < endY && m.x[startX] == m.y[startY] {
			startX, startY = startX+1, startY+1
		}
		for startX < endX && startY < endY && m.x[endX-1] == m.y[endY-1] {
			endX, endY = endX-1, endY-1
		}
		if startX == endX || startY == endY || m.remains <= 0 {
			mark(m.goneX[startX:endX])
			mark(m.newY[startY:endY])
			return
		}
		m.startX, m.endX, m.startY, m.endY = startX, endX, startY, endY
		x, y := m.split()
		m.compare(startX, x, startY, y)
		startX, startY = x, y
	}
}

func mark(part []bool) {
	for i := range part {
		part[i] = true
	}
}

// split gives a point on the shortest way through the part: where the ways from both ends meet; or, if they do not meet soon, the point
// that is farthest from the start.
func (m *matcher) split() (x, y int) {
	n, delta := m.endX-m.startX, (m.endX-m.startX)-(m.endY-m.startY)
	odd := delta%2 != 0
	const zero = farthest + 2
	for d := 0; d <= farthest; d++ {
		m.remains -= 2 * (d + 1)
		for k := -d; k <= d; k += 2 {
			at := m.follow(m.there, d, k, 1)
			if before := delta - k; odd && -d < before && before < d && at+m.back[zero+before] >= n {
				return m.startX + at, m.startY + at - k
			}
		}
		for k := -d; k <= d; k += 2 {
			at := m.follow(m.back, d, k, -1)
			if before := delta - k; !odd && -d <= before && before <= d && at+m.there[zero+before] >= n {
				return m.endX - at, m.endY - (at - k)
			}
		}
	}
	most := 0
	for k := -farthest; k <= farthest; k += 2 {
		if at := m.there[zero+k]; at > unreached/2 && 2*at-k > most {
			most, x, y = 2*at-k, m.startX+at, m.startY+at-k
		}
	}
	return x, y
}

// follow gives how far along x a diagonal is reached with d changes, and notes it: one step beyond its neighbours, and on as long as both
// sequences agree. The direction is 1 from the start and -1 from the end.
func (m *matcher) follow(reached []int, d, k, direction int) int {
	const zero = farthest + 2
	lengthX, lengthY := m.endX-m.startX, m.endY-m.startY
	x := 0
	if d > 0 {
		if k == -d {
			reached[zero-d-1], reached[zero-d] = unreached, unreached
		}
		if k == d {
			reached[zero+d], reached[zero+d+1] = unreached, unreached
		}
		x = unreached
		if right := reached[zero+k-1] + 1; right <= lengthX {
			x = right
		}
		if down := reached[zero+k+1]; down-k <= lengthY {
			x = max(x, down)
		}
		if x < 0 {
			reached[zero+k] = unreached
			return unreached
		}
	}
	y := x - k
	from := x
	if direction > 0 {
		for x < lengthX && y < lengthY && m.x[m.startX+x] == m.y[m.startY+y] {
			x, y = x+1, y+1
		}
	} else {
		for x < lengthX && y < lengthY && m.x[m.endX-1-x] == m.y[m.endY-1-y] {
			x, y = x+1, y+1
		}
	}
	m.remains -= x - from
	reached[zero+k] = x
	return x
}
