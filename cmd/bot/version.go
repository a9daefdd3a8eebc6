package main

import (
	"context"
	"fmt"
	"runtime/debug"
)

func version(_ context.Context, env environment, _ []string) error {
	_, err := fmt.Fprintln(env.stdout, "meridian", versionText())
	return err
}

// versionText is the module version, or the commit it was built from.
func versionText() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	text := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			text += " " + s.Value[:12]
		}
	}
	return text + " " + info.GoVersion
}
