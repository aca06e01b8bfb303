package queue

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"
)

// What programs do behind the site, as they say it of themselves in Redis.
const (
	Works    = "works"    // does jobs
	TakesIn  = "takes_in" // takes mail that comes in
	presence = "wherewithal:"
)

const (
	sign   = 5 * time.Second  // between two signs that a program is there
	unseen = 15 * time.Second // without one it is not: three are missed
)

// Crew is who works behind the site now. A program is named by its machine and its number there: "worker-1/7".
type Crew struct {
	Workers     []string
	Letterboxes []string
	Leader      string // which of the workers leads the schedule; empty: none does
}

// me is this program's name in a Crew.
func me() string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}

// Presence says again and again that this program does something, so that operators see who is there. It decides nothing: who
// does which job is settled in the outbox.
type Presence struct {
	Every time.Duration // 5 s when zero. Set before Run

	redis redis.UniversalClient
	does  string
	log   *slog.Logger
}

// NewPresence is that of this program, for Works or TakesIn.
func NewPresence(client redis.UniversalClient, does string, log *slog.Logger) *Presence {
	return &Presence{redis: client, does: does, log: log}
}

// Run says so until ctx ends, and then that it is gone.
func (p *Presence) Run(ctx context.Context) {
	tick := time.NewTicker(cmp.Or(p.Every, sign))
	defer tick.Stop()
	faults := faultLog{log: p.log, doing: "tell that this program is there"}
	for ctx.Err() == nil {
		faults.note(ctx, p.show(ctx))
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = p.redis.ZRem(last, presence+p.does, me()).Err() // else it is missed by and by
}

// show notes the time by Redis' own clock, since those of two machines may differ, and drops who has not been seen for long.
func (p *Presence) show(ctx context.Context) error {
	now, err := p.redis.Time(ctx).Result()
	if err != nil {
		return err
	}
	key := presence + p.does
	_, err = p.redis.Pipelined(ctx, func(all redis.Pipeliner) error {
		all.ZAdd(ctx, key, redis.Z{Score: float64(now.UnixMilli()), Member: me()})
		all.ZRemRangeByScore(ctx, key, "-inf", scoreOf(now.Add(-unseen)))
		all.Expire(ctx, key, time.Hour)
		return nil
	})
	return err
}

func scoreOf(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// Muster looks who is there. Its error says that Redis does not answer: then who works and who takes mail is not known, and only
// the leader is. An error of Postgres is one too; then nothing is known.
func Muster(ctx context.Context, client redis.UniversalClient, pool *pgxpool.Pool) (c Crew, err error) {
	if c.Leader, err = leader(ctx, pool); err != nil {
		return c, err
	}
	now, err := client.Time(ctx).Result()
	if err != nil {
		return c, err
	}
	since := &redis.ZRangeBy{Min: scoreOf(now.Add(-unseen)), Max: "+inf"}
	if c.Workers, err = client.ZRangeByScore(ctx, presence+Works, since).Result(); err != nil {
		return c, err
	}
	c.Letterboxes, err = client.ZRangeByScore(ctx, presence+TakesIn, since).Result()
	return c, err
}

// leads is the name of the connection by which its program leads the schedule, without that of the program.
const leads = "schedule of "

// leader is the program that holds the lock of the schedule; Postgres knows, whatever a program says of itself.
func leader(ctx context.Context, pool *pgxpool.Pool) (name string, err error) {
	var rows []string
	err = pool.QueryRow(ctx, `select coalesce(array_agg(substr(a.application_name, length($3) + 1)), '{}') from pg_locks l join pg_stat_activity a using (pid)
		where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
			and l.classid::bigint = $1 and l.objid::bigint = $2 and l.objsubid = 1`, leadership>>32, leadership&0xffffffff, leads).Scan(&rows)
	if err == nil && len(rows) > 0 {
		name = cmp.Or(rows[0], "?")
	}
	return name, err
}
