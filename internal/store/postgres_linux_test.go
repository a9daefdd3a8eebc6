package store

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// TestPostgreSQL starts a server of its own, for this test alone.
func TestPostgreSQL(t *testing.T) {
	server := startPostgres(t)
	databases := 0
	fresh := func(t *testing.T) string {
		databases++
		name := fmt.Sprint("test", databases)
		s := open(t, server.String())
		if _, err := s.db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
			t.Fatal(err)
		}
		return server.JoinPath("..", name).String()
	}
	testEngine(t, fresh)
	t.Run("a password is never told", func(t *testing.T) {
		wrong := *server
		wrong.User = url.UserPassword(server.User.Username(), "hush")
		s, err := Open(t.Context(), wrong.String())
		if err == nil {
			s.Close()
			t.Fatal("a wrong password was taken")
		}
		if strings.Contains(err.Error(), "hush") {
			t.Errorf("error with the password: %v", err)
		}
	})
}

// startPostgres starts a server on a free loopback port and returns its address.
// It skips the test where PostgreSQL is not installed, or refuses to run as root
// and there is no user "postgres" to run it as.
func startPostgres(t *testing.T) *url.URL {
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("PostgreSQL is not tested: %v", err)
		}
	}
	as := unprivileged(t)
	dir, err := os.MkdirTemp("", "meridian-postgres-") // t.TempDir is closed to other users
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if as != nil {
		if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	command := func(ctx context.Context, program string, args ...string) *exec.Cmd {
		c := exec.CommandContext(ctx, program, args...)
		c.Dir, c.Env = dir, append(os.Environ(), "LC_ALL=C")
		c.SysProcAttr = &syscall.SysProcAttr{Credential: as}
		return c
	}
	const name, password = "meridian", "a p@ss/word"
	passwordFile, data := filepath.Join(dir, "password"), filepath.Join(dir, "data")
	if err := os.WriteFile(passwordFile, []byte(password), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := command(t.Context(), "initdb", "--pgdata", data, "--username", name, "--pwfile", passwordFile,
		"--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	port := freePort(t)
	server := command(context.Background(), "postgres", "-D", data, "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "logging_collector=off")
	runUntilReady(t, server)
	return &url.URL{Scheme: "postgres", User: url.UserPassword(name, password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), Path: "/postgres"}
}

// runUntilReady starts the server and waits until it takes connections. It is
// stopped when the test ends.
func runUntilReady(t *testing.T, server *exec.Cmd) {
	log, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ready, ended := make(chan bool, 1), make(chan struct{})
	var lines []string // read by this function only after ended, or not at all
	go func() {
		defer close(ended)
		for scanner := bufio.NewScanner(log); scanner.Scan(); {
			lines = append(lines, scanner.Text())
			if strings.Contains(scanner.Text(), "ready to accept connections") {
				ready <- true
			}
		}
	}()
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGINT) // a fast shutdown: connections are closed, nothing is waited for
		<-ended
		server.Wait()
	})
	select {
	case <-ready:
	case <-ended:
		t.Fatalf("postgres ended:\n%s", strings.Join(lines, "\n"))
	}
}

// unprivileged returns whom to run PostgreSQL as; nil for whom the test runs as.
func unprivileged(t *testing.T) *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Skipf("PostgreSQL is not tested: it does not run as root, and %v", err)
	}
	uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
	if errUID != nil || errGID != nil {
		t.Fatalf("user postgres has no numbers: %s, %s", u.Uid, u.Gid)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func freePort(t *testing.T) int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
