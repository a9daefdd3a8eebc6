// Package peers measures retrieve against other engines on the same passages
// and questions. It is a module of its own, so that none of them becomes a
// dependency of the bot.
package peers
