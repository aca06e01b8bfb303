package geocode

import (
	"context"
	"sync"
)

type leaveKey struct{}

// WithLeave gives Locate a context in which it asks for leave, once, before it asks any service outside. Without leave
// it answers as if those services were away; what is kept, in the table or built in needs none.
func WithLeave(ctx context.Context, leave func() error) context.Context {
	return context.WithValue(ctx, leaveKey{}, sync.OnceValue(leave))
}

func mayAsk(ctx context.Context) error {
	leave, ok := ctx.Value(leaveKey{}).(func() error)
	if !ok {
		return nil
	}
	return leave()
}
