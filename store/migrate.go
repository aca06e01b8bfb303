package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver goose uses
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/gorm/clause"

	"wherewithal/market"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the database at the address to the newest schema and its standard kinds up to date. Any number of
// processes may call it at once: one works, the others wait and find nothing to do.
func Migrate(ctx context.Context, address string) (err error) {
	defer market.Wrap(&err, "store.Migrate")
	db, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer db.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker),
		goose.WithAllowOutofOrder(true)) // they are written side by side, and none leans on another's place in the row
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return translate(err)
	}
	return keepKinds(ctx, address)
}

func keepKinds(ctx context.Context, address string) error {
	s, err := Open(ctx, address)
	if err != nil {
		return err
	}
	defer s.Close()
	kinds := market.StandardKinds()
	return translate(s.db.WithContext(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&kinds).Error)
}

// SchemaKey changes whenever what Migrate does changes. Tests name their template database by it.
func SchemaKey() string {
	sum := sha256.New()
	entries, _ := migrations.ReadDir("migrations") // an embedded folder can always be read
	for _, entry := range entries {
		text, _ := migrations.ReadFile("migrations/" + entry.Name())
		sum.Write(text)
	}
	fmt.Fprint(sum, market.StandardKinds())
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
