// Package oracle answers small questions of the engine the slow way, minute by minute, pair by pair, plan by plan, and holds the
// engine's answers to that.
//
// It promises to use none of the code that it checks, but for bank holidays, and for the hard rules and the fit of one pair where
// it checks what is found among many. Tests ask it, and the evaluation; nothing that runs in a site does.
package oracle
