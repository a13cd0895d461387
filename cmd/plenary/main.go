// Command plenary is the server of Plenary and its tools.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/plenary-dialogue/plenary/internal/config"
)

// Exit codes of sysexits.h, which service managers know.
const (
	exitFailed = 1
	exitUsage  = 64
	exitConfig = 78
)

// misconfigured is an error that the operator corrects in the configuration.
type misconfigured struct{ error }

// Unwrap returns the error itself.
func (m misconfigured) Unwrap() error { return m.error }

// cli is every command with its flags.
type cli struct {
	Config   string `help:"Configuration file (YAML). Flags and PLENARY_ variables take precedence over it." placeholder:"plenary.yaml"`
	LogLevel string `help:"What to log: debug, info, warn or error." default:"info" enum:"debug,info,warn,error"`

	Serve   serveCmd   `cmd:"" help:"Run the server."`
	Token   tokenCmd   `cmd:"" help:"Make a dev token (dev mode only)."`
	Migrate migrateCmd `cmd:"" help:"Show or apply migrations of the database."`
	Import  importCmd  `cmd:"" help:"Import data from other systems."`
	Export  exportCmd  `cmd:"" help:"Write assessments for programs that keep a copy."`
	Events  eventsCmd  `cmd:"" help:"Forward events to a program, or replay them to a webhook."`
	Schema  schemaCmd  `cmd:"" help:"Print the GraphQL schema."`
	Keys    keysCmd    `cmd:"" help:"Make, rotate and retire the keys of the key folder."`
	Log     logCmd     `cmd:"" help:"Export the act log, reopen it after a restore, or shred erased data."`
	Revoke  revokeCmd  `cmd:"" help:"Take back a token, a person's tokens or a person's role."`
	Policy  policyCmd  `cmd:"" help:"Print who may do what."`
	Verify  verifyCmd  `cmd:"" help:"Verify acts and their proofs offline."`
	Report  reportCmd  `cmd:"" help:"Have reports made, and verify them offline."`
	Doctor  doctorCmd  `cmd:"" help:"Find faults and say how to fix them."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// streams are where a command writes. dropped counts the lines that nobody took; nil for commands that wait.
type streams struct {
	out, err io.Writer
	dropped  func() int64
}

// run is main without the process, so that tests can call it.
func run(ctx context.Context, args []string, env config.Env, stdout, stderr io.Writer) int {
	fail := func(code int, err error) int {
		fmt.Fprintln(stderr, "plenary: "+err.Error())
		return code
	}
	path, must := config.Path(args, env)
	file, err := config.File(path, must)
	if err != nil {
		return fail(exitConfig, err)
	}
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("plenary"),
		kong.Description("An open server for accountable dialogue about customer experiences."),
		kong.UsageOnError(), kong.Writers(stdout, stderr), kong.Exit(func(code int) { exited = code }),
		kong.Resolvers(file, env), // the last one wins: variables take precedence over the file
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(streams{out: stdout, err: stderr}))
	if err != nil {
		return fail(exitConfig, err)
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		return fail(exitUsage, fmt.Errorf("%w (see plenary --help)", err))
	}
	to := streams{out: stdout, err: stderr}
	text := isTerminal(stderr)
	if command.Command() == "serve" {
		var flush func()
		to, flush = unhurried(to, text)
		defer flush()
		stderr = to.err
	}
	slog.SetDefault(logger(to.err, text, c.LogLevel))
	if err := command.Run(to); err != nil {
		var m misconfigured
		if errors.As(err, &m) {
			return fail(exitConfig, err)
		}
		var c coded
		if errors.As(err, &c) {
			return fail(c.code, err)
		}
		return fail(exitFailed, err)
	}
	return 0
}

// logger writes text for people, to a terminal, and JSON elsewhere.
func logger(w io.Writer, text bool, level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: l}
	if text {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// databaseFlags are the flags of every command that opens the database.
type databaseFlags struct {
	Database string        `help:"Database URL: sqlite://PATH or postgres://USER@HOST/NAME." default:"sqlite://./data/plenary.db"`
	DBWait   time.Duration `help:"How long to wait for a database that does not respond yet." name:"db-wait" default:"30s"`
	Keys     string        `help:"Folder of the keys that sign the log and encrypt secrets and personal data. Default: next to the database." placeholder:"DIR"`
}
