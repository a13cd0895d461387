package feed

import (
	"context"

	"github.com/google/uuid"
)

// About gives of the last acts about each subject those that the viewer may see, in the log's order.
func (s *Service) About(ctx context.Context, subjects []uuid.UUID, most int) (map[uuid.UUID][]*Act, error) {
	acts, err := s.log.About(ctx, subjects, most)
	if err != nil {
		return nil, err
	}
	seen, err := s.authorise(ctx, acts)
	all := make(map[uuid.UUID][]*Act, len(subjects))
	for _, a := range seen {
		all[a.SubjectID] = append(all[a.SubjectID], a)
	}
	return all, err
}
