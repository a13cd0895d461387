package comment

import (
	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Thread is a page of what is below a comment.
type Thread struct{ page *Page }

// ThreadEdge is a place in a thread.
type ThreadEdge struct{ *Edge }

// Edges are the places in the thread.
func (t *Thread) Edges() []*ThreadEdge {
	edges := make([]*ThreadEdge, len(t.page.Nodes))
	for i, e := range t.page.Edges() {
		edges[i] = &ThreadEdge{e}
	}
	return edges
}

// Nodes are the comments in the thread; nil in place of one that was taken down.
func (t *Thread) Nodes() []*db.Comment { return t.page.Nodes }

// PageInfo says whether the thread continues.
func (t *Thread) PageInfo() *store.PageInfo { return t.page.PageInfo() }

// TotalCount counts the places in the thread; nil if they were not counted.
func (t *Thread) TotalCount() *int32 { return t.page.TotalCount }

// TotalCountIsExact tells whether TotalCount counts all of them.
func (t *Thread) TotalCountIsExact() *bool { return t.page.TotalCountIsExact() }

// Depth is how deep the place is: 1 for a reply to a top-level comment.
func (e *ThreadEdge) Depth() int { return e.Place().Depth }

// TableOfNodes is the table of the comments.
func (*Thread) TableOfNodes() string { return (*Page)(nil).TableOfNodes() }
