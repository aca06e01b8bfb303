package queue

import (
	"context"
	"slices"
	"strings"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// Queue is how full one of the queues in Redis is.
type Queue struct {
	Name                                        string
	Pending, Active, Retry, Archived, Scheduled int
}

// Inspect counts what is in Redis, by the queues' names. It is a copy that may be emptied at any moment: what is true
// stands in the outbox. It returns when ctx ends, whatever Redis does: asynq's own look takes no context.
func Inspect(ctx context.Context, client redis.UniversalClient) ([]Queue, error) {
	var all []Queue
	var err error
	if !within(ctx, func() { all, err = inspect(ctx, client) }) {
		return nil, ctx.Err() // the two are not ours yet
	}
	return all, err
}

// inspect goes on no longer than one question to Redis after ctx ended.
func inspect(ctx context.Context, client redis.UniversalClient) ([]Queue, error) {
	look := asynq.NewInspectorFromRedisClient(client)
	names, err := look.Queues()
	if err != nil {
		return nil, err
	}
	var all []Queue
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		info, err := look.GetQueueInfo(name)
		if err != nil {
			return nil, err
		}
		all = append(all, Queue{name, info.Pending, info.Active, info.Retry, info.Archived, info.Scheduled})
	}
	slices.SortFunc(all, func(a, b Queue) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}
