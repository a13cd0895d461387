//go:build ignore

// Command size measures what ent generates, and what it costs to build, with toy entities beside the real ones. It works
// in a copy of the module in a temporary folder and with an empty build cache of its own. See docs/generated-code.md.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// toy has the mixin of most entities and twelve fields of the usual types.
const toy = `package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Toy%[1]d is an entity to measure with.
type Toy%[1]d struct{ ent.Schema }

// Mixin of a toy.
func (Toy%[1]d) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a toy.
func (Toy%[1]d) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("owner_id", uuid.UUID{}).Immutable(),
		field.UUID("dialogue_id", uuid.UUID{}).Optional().Nillable(),
		field.String("title"),
		field.Text("body").Default(""),
		field.String("state").Default("DRAFT"),
		field.Text("state_reason").Default(""),
		field.String("language").Default("en"),
		field.Int("version").Default(1),
		field.Int("quorum").Optional().Nillable(),
		field.Bool("public").Default(false),
		field.Strings("labels").Optional(),
		field.Time("due_at").Optional().Nillable(),%[2]s
	}
}

// Indexes of a toy.
func (Toy%[1]d) Indexes() []ent.Index {
	return []ent.Index{index.Fields("owner_id", "id"), index.Fields("state", "id")}
}
`

func main() {
	toys := flag.Int("toys", 58, "how many toy entities to add")
	flag.Parse()
	log.SetFlags(0)
	folder, err := os.MkdirTemp("", "plenary-size")
	if err != nil {
		log.Fatal(err)
	}
	err = measure(folder, *toys)
	// The build cache is read-only in part.
	_ = exec.Command("chmod", "-R", "u+w", folder).Run()
	_ = os.RemoveAll(folder)
	if err != nil {
		log.Fatal(err)
	}
}

func measure(folder string, toys int) error {
	module := filepath.Join(folder, "module")
	if err := copyModule(module); err != nil {
		return fmt.Errorf("copy the module: %w", err)
	}
	for i := range toys {
		if err := writeToy(module, i, ""); err != nil {
			return err
		}
	}
	goTool := runner{dir: module, env: append(os.Environ(), "GOCACHE="+filepath.Join(folder, "cache"), "GOFLAGS=-mod=mod")}
	warm := runner{dir: module, env: os.Environ()}
	if _, err := warm.run("generate", "./ent"); err != nil {
		return err
	}
	files, lines, err := count(filepath.Join(module, "ent", "db"))
	if err != nil {
		return err
	}
	cold, err := goTool.run("build", "-o", "plenary", "./cmd/plenary")
	if err != nil {
		return err
	}
	binary, err := os.Stat(filepath.Join(module, "plenary"))
	if err != nil {
		return err
	}
	fmt.Printf("ent/db          %d lines in %d files\n", lines, files)
	fmt.Printf("binary          %d MB\n", binary.Size()/1e6)
	fmt.Printf("cold build      %s\n", cold)
	// The first generation compiles ent itself.
	if _, err := goTool.run("generate", "./ent"); err != nil {
		return err
	}
	if err := changeSchema(module, toys); err != nil {
		return err
	}
	generate, err := goTool.run("generate", "./ent")
	if err != nil {
		return err
	}
	build, err := goTool.run("build", "-o", "plenary", "./cmd/plenary")
	if err != nil {
		return err
	}
	fmt.Printf("after a schema change\n  generate      %s\n  build         %s\n", generate, build)
	return nil
}

// copyModule copies what Git knows or would know of the module in the working folder, with what is not committed yet.
func copyModule(to string) error {
	out, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate").Output()
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		content, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue // deleted, not yet committed
		}
		if err != nil {
			return err
		}
		path := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func writeToy(module string, i int, more string) error {
	path := filepath.Join(module, "ent", "schema", fmt.Sprintf("toy%d.go", i))
	return os.WriteFile(path, fmt.Appendf(nil, toy, i, more), 0o600)
}

// changeSchema adds a column to a toy, or to a real entity if there are no toys.
func changeSchema(module string, toys int) error {
	if toys > 0 {
		return writeToy(module, 0, "\n\t\tfield.String(\"added\").Default(\"\"),")
	}
	path := filepath.Join(module, "ent", "schema", "vote.go")
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, after, found := bytes.Cut(content, []byte("return []ent.Field{\n"))
	if !found {
		return fmt.Errorf("%s has no fields", path)
	}
	return os.WriteFile(path, fmt.Appendf(nil, "%sreturn []ent.Field{\n\t\tfield.String(\"added\").Default(\"\"),\n%s", before, after), 0o600)
}

func count(folder string) (files, lines int, err error) {
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		files++
		lines += bytes.Count(content, []byte("\n"))
		return err
	})
	return files, lines, err
}

type runner struct {
	dir string
	env []string
}

// run runs the go command and returns how long it took, and the processors' time: other work on the machine changes the
// first more than the second.
func (r runner) run(args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = r.dir, r.env
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, output.Bytes())
	}
	wall := time.Since(start)
	processor := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return fmt.Sprintf("%5.1f s, of processors %5.1f s", wall.Seconds(), processor.Seconds()), nil
}
