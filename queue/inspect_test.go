package queue

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Redis that takes connections and says nothing holds up nobody who has gone.
func TestALookAtADeafRedisEndsWithItsContext(t *testing.T) {
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	client := redis.NewClient(&redis.Options{Addr: deaf.Addr().String(), ReadTimeout: time.Hour, MaxRetries: -1})
	defer client.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := Inspect(ctx, client)
		ended <- err
	}()
	cancel()
	if err := receive(t, ended); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}
