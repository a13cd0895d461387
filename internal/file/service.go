package file

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbfile "github.com/plenary-dialogue/plenary/ent/db/file"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/filetype"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// MostBytes is how large a file may be.
const MostBytes = 20 << 20

// Log runs use cases that write no act: what somebody has sent and nobody attached is nobody else's business.
type Log interface {
	Quietly(ctx context.Context, useCase func(ctx context.Context, tx *db.Tx) (*act.Result, error)) (*act.Result, error)
}

// Service holds what people do with files: they send them and read them. Attaching is a use case of what they are attached to.
type Service struct {
	access.Frame[db.File, placed]
	*Cabinet
	log   Log
	kinds []Kind
	link  func(ctx context.Context, id uuid.UUID) string
}

// New makes the service for the kinds of thing that have files.
func New(s *store.Store, l interface {
	access.Log
	Log
}, c clock.Clock, cabinet *Cabinet, kinds ...Kind,
) *Service {
	n := &Service{Cabinet: cabinet, log: l, kinds: kinds}
	n.Frame = access.Frame[db.File, placed]{Noun: nounOf(kinds), Store: s, Log: l, Fetch: n.fetch, Entry: func(typ string, p placed) act.Entry {
		return act.Entry{Type: typ, Subject: act.Subject{Type: policy.File, ID: p.ID, Revision: p.Revision}}
	}}
	return n
}

// Given is a file as it was sent.
type Given struct {
	Name    string
	Type    filetype.Type
	SHA256  []byte // as the sender says
	Content []byte
}

// The codes of refusals.
const (
	codeType     = "FILE_TYPE"      // a type that is not taken, or bytes that are not of it
	codeCutOff   = "FILE_CUT_OFF"   // not whole
	codeUnsafe   = "FILE_UNSAFE"    // holds what runs or is loaded from elsewhere
	codeTooLarge = "FILE_TOO_LARGE" // too many bytes, or it unpacks to too many
	codeDigest   = "FILE_DIGEST"    // other bytes than the digest says
	codeName     = "FILE_NAME"
)

var codes = map[filetype.Reason]string{filetype.Other: codeType, filetype.CutOff: codeCutOff, filetype.Active: codeUnsafe, filetype.TooLarge: codeTooLarge}

// Upload keeps a file that a member sends for its party. The same file sent again is the same one, as long as it is attached to
// nothing: made is false then.
func (s *Service) Upload(ctx context.Context, g Given) (row *db.File, made bool, err error) {
	if err := policy.Check(ctx, policy.UploadFile, policy.Subject{Resource: policy.File}); err != nil {
		return nil, false, err
	}
	hash, err := check(&g)
	if err != nil {
		return nil, false, err
	}
	_, err = s.log.Quietly(ctx, func(ctx context.Context, tx *db.Tx) (*act.Result, error) {
		if row, made, err = s.save(ctx, tx, g, hash); err != nil {
			return nil, err
		}
		return &act.Result{Resource: string(policy.File), Subject: row.ID, At: row.CreatedAt}, nil
	})
	return row, made, err
}

// check says what is wrong with a file, the cheapest first.
func check(g *Given) (hash string, err error) {
	var f fault.Form
	g.Name = f.Line("name", g.Name, 200)
	switch err := f.Err(); {
	case err != nil:
		return "", post.New(codeName, "name", fault.Of(err).Message)
	case strings.ContainsAny(g.Name, `/\:`) || strings.HasPrefix(g.Name, "."):
		return "", post.New(codeName, "name", `the name of a file has no / \ or : in it and does not begin with a dot`)
	case len(g.Content) > MostBytes:
		return "", post.New(codeTooLarge, "body", fmt.Sprintf("the file has more than %d MiB", MostBytes>>20))
	case !g.Type.Known():
		return "", post.New(codeType, "mediaType", "files of this type are not taken: send PDF, PNG, JPEG, WebP, plain text, CSV, DOCX, XLSX, ODT or ODS")
	case !g.Type.Fits(g.Name):
		return "", post.New(codeType, "name", fmt.Sprintf("the name of %s ends in %s", g.Type.Word(), strings.Join(g.Type.Ends(), " or ")))
	}
	sum := sha256.Sum256(g.Content)
	if subtle.ConstantTimeCompare(sum[:], g.SHA256) != 1 {
		return "", post.New(codeDigest, "digest", "the bytes that arrived have another SHA-256 than Content-Digest says: send the file again")
	}
	if r := filetype.Check(g.Type, g.Content); r != nil {
		return "", post.New(codes[r.Reason], "body", r.Message)
	}
	return hex.EncodeToString(sum[:]), nil
}

func (s *Service) save(ctx context.Context, tx *db.Tx, g Given, hash string) (*db.File, bool, error) {
	actor := policy.ActorFrom(ctx)
	if err := s.store.Lock(ctx, tx, "stakeholders", actor.Stakeholder); err != nil { // what a party sends at once counts together
		return nil, false, err
	}
	same, err := tx.File.Query().Where(dbfile.PartyID(actor.Stakeholder), dbfile.MemberID(actor.Member), dbfile.Sha256(hash), dbfile.Name(g.Name),
		dbfile.MediaType(string(g.Type)), dbfile.State(enum.FileStateUploaded)).First(ctx)
	if err == nil || !db.IsNotFound(err) {
		return same, false, err
	}
	var used int64
	const sum = "SELECT COALESCE(SUM(bytes), 0) FROM files WHERE party_id = ? AND state = 'UPLOADED'"
	if err := s.store.QueryTx(ctx, tx, sum, []any{actor.Stakeholder}, func(r *sql.Rows) error { return r.Scan(&used) }); err != nil {
		return nil, false, fmt.Errorf("add up the files of a party: %w", err)
	}
	if err := full("body", used+int64(len(g.Content)), s.most); err != nil {
		return nil, false, err
	}
	now := s.clock.Now()
	row, err := tx.File.Create().SetPartyID(actor.Stakeholder).SetMemberID(actor.Member).SetName(g.Name).SetMediaType(string(g.Type)).SetBytes(len(g.Content)).
		SetSha256(hash).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return nil, false, err
	}
	return row, true, s.content.keep(ctx, tx, hash, g.Content)
}

// Link says what the address of a file is for the viewer of a context.
func (s *Service) Link(of func(ctx context.Context, id uuid.UUID) string) { s.link = of }

// URL is where the viewer reads a file.
func (s *Service) URL(ctx context.Context, id uuid.UUID) string {
	if s.link == nil {
		return Path(id)
	}
	return s.link(ctx, id)
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.File.Query().Where(dbfile.ID(id), s.store.ForUpdate).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	p := placed{File: row}
	if row.SubjectType == nil || row.SubjectID == nil {
		return p, nil
	}
	for _, k := range s.kinds {
		if policy.SubjectType(k.Resource) == *row.SubjectType {
			p.subject, err = k.Place(ctx, tx, *row.SubjectID)
		}
	}
	if fault.Is(err, fault.NotFound) || db.IsNotFound(err) { // what it is attached to is gone, or hidden
		p.subject, err = access.Place{}, nil
	}
	return p, err
}
