package config

// Version of the program, stamped by the build of a release (-ldflags "-X wherewithal/config.Version=…").
var Version = "development"
