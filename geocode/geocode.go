// Package geocode finds where a postcode, an outcode or a place name lies.
//
// It promises an answer that says how exact it is: a better source that is slow, away or talking nonsense costs
// precision, never the answer. London's outcodes and boroughs are built in, so that it works with no network and
// no settings. It asks an outside address only when one was configured.
//
// It does not know about groups or listings, and it never blurs a point: that is the business of the place.
package geocode
