// Command admin is what an operator does by hand. It works on DATABASE_URL, or, without one, on the hub's own database
// below DATA_DIR while the hub is not running.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"wherewithal/cmd/internal/house"
	"wherewithal/config"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store/embedded"
)

// job is a command with its arguments read.
type job func(ctx context.Context, h *house.House) error

// command is one thing an operator can do. read refuses arguments that make no sense, before anything is opened.
type command struct {
	name, args, does string
	read             func(args []string) (job, error)
}

func commands() []command {
	return []command{
		{"migrate", "", "brings the database to this version's schema", plain(migrate)},
		{"schema", "", "prints the schema of the database", plain(schema)},
		{"seed", "[number]", "fills an empty database with an invented London (this machine only)", seed},
		{"reindex", "", "builds the search index anew beside the old one and swaps", plain(reindex)},
		{"search-keys", "", "makes the two keys that the programs need, where MEILISEARCH_KEY is the master key", plain(searchKeys)},
		{"make-operator", "address", "lets a person look after the whole site", makeOperator},
		{"make-connector", "address network", "lets a person look after a network, named by its address name", makeConnector},
		{"unmake-operator", "address [last]", "ends that; of the last operator only with the word last", unmakeOperator},
		{"unmake-connector", "address network words", "ends that somebody looks after a network, with the why mailed to them", unmakeConnector},
		{"hide", "listing-id reason words", "takes a listing away, with the why mailed to its group, which can appeal", hide},
		{"share-out", "[network]", "shares out offers among all open needs at once, or among those of a network's groups", shareOut},
		{"replay", "-days n -weights file", "runs the last days again with other weights or rules, and says who gains and who loses", replayDays},
		{"places", "import file", "reads postcodes from a GeoNames or ONS directory file", places},
	}
}

// Exit codes: 1 when a command could not be done, 2 when it was not understood.
const misread = 2

func main() {
	if len(os.Args) < 2 || slices.Contains([]string{"-h", "--help", "help"}, os.Args[1]) {
		usage(os.Stdout)
		return
	}
	for _, c := range commands() {
		if c.name == os.Args[1] {
			do, err := c.read(os.Args[2:])
			if err != nil {
				fmt.Fprintf(os.Stderr, "wherewithal: %s %v\n", c.name, err)
				os.Exit(misread)
			}
			house.Exit(run(do))
			return
		}
	}
	fmt.Fprintf(os.Stderr, "wherewithal: there is no command %q: admin -h lists them\n", os.Args[1])
	os.Exit(misread)
}

func usage(out io.Writer) {
	fmt.Fprintln(out, "admin command [arguments]\n\nCommands:")
	for _, c := range commands() {
		fmt.Fprintf(out, "  %-32s %s\n", c.name+" "+c.args, c.does)
	}
	fmt.Fprintln(out, "\n"+config.Usage("admin"))
}

// run opens the database, migrates it, and does the command. A signal ends it cleanly: every command is one transaction
// or can be repeated.
func run(do job) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	conf := house.Start("admin")
	if conf.DatabaseURL == "" {
		server, err := embedded.Start(ctx, embedded.Options{DataDir: conf.DataDir})
		if err != nil {
			return err
		}
		defer server.Stop(context.WithoutCancel(ctx)) //nolint:errcheck // the process ends
		conf.DatabaseURL = server.URL()
		if conf, err = config.KeepSecrets(conf); err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(conf.DataDir, "secrets"), err)
		}
	}
	h, err := house.Open(ctx, conf)
	if err != nil {
		return err
	}
	defer h.Store.Close()
	if err := h.Store.Ping(ctx); err != nil {
		slog.Info("no Postgres", "error", err)
		return errors.New("nothing answers at DATABASE_URL: start Postgres there, or set the address it is at")
	}
	if err := h.Prepare(ctx); err != nil {
		return err
	}
	return do(ctx, h)
}

// need refuses any other number of arguments.
func need(args []string, n int, what string) error {
	if len(args) != n || slices.Contains(args, "") {
		return errors.New("wants " + what)
	}
	return nil
}

// plain is a command without arguments.
func plain(do job) func([]string) (job, error) {
	return func(args []string) (job, error) { return do, need(args, 0, "no arguments") }
}

func migrate(context.Context, *house.House) error { // run has brought it there
	fmt.Println("the database has this version's schema")
	return nil
}

func schema(ctx context.Context, h *house.House) error {
	text, err := h.Store.Schema(ctx)
	fmt.Print(text)
	return err
}

func seed(args []string) (job, error) {
	number := uint64(house.SampleSeed)
	if len(args) > 0 {
		n, err := strconv.ParseUint(args[0], 10, 64)
		if err != nil || len(args) > 1 {
			return nil, errors.New("wants one whole number, or nothing")
		}
		number = n
	}
	return func(ctx context.Context, h *house.House) error {
		if err := h.Seed(ctx, number); err != nil {
			return err
		}
		fmt.Println("the invented London is there")
		return nil
	}, nil
}

func reindex(ctx context.Context, h *house.House) error {
	if err := listing.NewMirror(h.Store, h.Search).Rebuild(ctx, h.Clock.Now()); err != nil {
		return err
	}
	fmt.Println("the search index is built anew")
	return acted(ctx, h, "search.rebuilt", "")
}

// searchKeys prints lines for .env. A repeat prints the same keys.
func searchKeys(ctx context.Context, h *house.House) error {
	if h.Config.MeilisearchURL == "" || h.Config.MeilisearchKey == "" {
		return errors.New("wants MEILISEARCH_URL, and the master key of that server in MEILISEARCH_KEY for this once")
	}
	keys, err := search.MakeKeys(ctx, h.Config.MeilisearchURL, h.Config.MeilisearchKey)
	if err != nil {
		return err
	}
	fmt.Printf("MEILISEARCH_SEARCH_KEY=%s\nMEILISEARCH_WRITE_KEY=%s\n", keys.Search, keys.Write)
	return acted(ctx, h, "search.keys_made", "")
}

// hide reads all words after the reason as one text, quoted or not.
func hide(args []string) (job, error) {
	if len(args) < 3 {
		return nil, fmt.Errorf("wants the listing's id, a reason (%s), and words for its group", strings.Join(market.ReportReasons, ", "))
	}
	id, err := market.ParseID(args[0])
	if err != nil {
		return nil, fmt.Errorf("wants the id of a listing, the end of its page's address, which %q is not", args[0])
	}
	reason, words := args[1], strings.Join(args[2:], " ")
	if !slices.Contains(market.ReportReasons, reason) {
		return nil, fmt.Errorf("wants one of these reasons: %s, which %q is not", strings.Join(market.ReportReasons, ", "), reason)
	}
	if err := (market.Decision{Act: market.Hidden, Reason: reason, Words: market.Tidy(words)}).Validate(); err != nil {
		return nil, errors.New("wants 3 to 2000 letters that tell its group why")
	}
	return func(ctx context.Context, h *house.House) error {
		d, err := h.Safety.Hide(ctx, market.System, id, reason, words, h.Clock.Now())
		switch {
		case errors.Is(err, market.ErrNotFound):
			return fmt.Errorf("there is no listing %s", id)
		case errors.Is(err, market.ErrWrongState):
			return fmt.Errorf("listing %s is hidden already", id)
		case err == nil:
			fmt.Printf("the listing is hidden, and its group is told why: decision %s\n", d.ID)
		}
		return err
	}, nil
}
