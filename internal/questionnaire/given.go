package questionnaire

// Given are answers as a document has them, by type: what scores apart from prose, and in an order that is the same for everyone when
// RFC 8785 writes it. Numbers are at most MaxNumber, so that no reader loses digits.
type Given struct {
	Choices  map[string][]string `json:"choices,omitempty"`
	Booleans map[string]bool     `json:"booleans,omitempty"`
	Numbers  map[string]int64    `json:"numbers,omitempty"`
	Dates    map[string]string   `json:"dates,omitempty"`
	Texts    map[string]string   `json:"texts,omitempty"`
}

// Given writes answers by type.
func (a Answers) Given() Given {
	var g Given
	for key, v := range a {
		g.Put(key, v)
	}
	return g
}

func put[V any](m *map[string]V, key string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = v
}

// Put adds the answer to a question that has none.
func (g *Given) Put(key string, v Value) {
	switch {
	case v.Choices != nil:
		put(&g.Choices, key, v.Choices)
	case v.Boolean != nil:
		put(&g.Booleans, key, *v.Boolean)
	case v.Number != nil:
		put(&g.Numbers, key, *v.Number)
	case v.Date != nil:
		put(&g.Dates, key, *v.Date)
	case v.Text != nil:
		put(&g.Texts, key, *v.Text)
	}
}

// Take takes the answer to a question away, whatever its type.
func (g *Given) Take(key string) {
	delete(g.Choices, key)
	delete(g.Booleans, key)
	delete(g.Numbers, key)
	delete(g.Dates, key)
	delete(g.Texts, key)
}

// each visits the answers.
func (g Given) each(visit func(key string, v Value)) {
	for key, v := range g.Choices {
		visit(key, Value{Choices: v})
	}
	for key, v := range g.Booleans {
		visit(key, True(v))
	}
	for key, v := range g.Numbers {
		visit(key, Counted(v))
	}
	for key, v := range g.Dates {
		visit(key, On(v))
	}
	for key, v := range g.Texts {
		visit(key, Said(v))
	}
}

// SetOf compiles the answers of a document.
func (t *Template) SetOf(g Given) *Set {
	b := t.Begin()
	g.each(b.Add)
	return b.Set()
}

// Builder compiles answers one by one, such as they come out of rows.
type Builder struct {
	t *Template
	s *Set
}

// Begin makes an empty set.
func (t *Template) Begin() Builder {
	return Builder{t, &Set{chosen: newMask(t.options), answered: newMask(len(t.questions))}}
}

// Add puts the answer to a question into the set; each question once. What the template does not know is left out.
func (b Builder) Add(key string, v Value) {
	if place, ok := b.t.at[key]; ok && !b.s.answered.has(place) {
		b.t.put(b.s, place, v)
	}
}

// Set ends the building.
func (b Builder) Set() *Set {
	b.s.sort()
	return b.s
}
