package retrieve

// lanes is how many vectors are multiplied at a time, and what the length of
// vectors is rounded up to.
const lanes = 4

// dot4 returns the dot products of q with four vectors that stand one after the
// other in rows, all of the same length, a multiple of lanes. Each number of q
// is loaded once for the four, and eight sums that do not wait for one another
// keep the processor's adders busy.
func dot4(q, rows []float32) (float32, float32, float32, float32) {
	n := len(q)
	a, b, c, d := rows[:n], rows[n:2*n], rows[2*n:3*n], rows[3*n:4*n]
	var a0, a1, b0, b1, c0, c1, d0, d1 float32
	for len(q) >= lanes && len(a) >= lanes && len(b) >= lanes && len(c) >= lanes && len(d) >= lanes {
		x0, x1, x2, x3 := q[0], q[1], q[2], q[3]
		a0 += x0 * a[0]
		b0 += x0 * b[0]
		c0 += x0 * c[0]
		d0 += x0 * d[0]
		a1 += x1 * a[1]
		b1 += x1 * b[1]
		c1 += x1 * c[1]
		d1 += x1 * d[1]
		a0 += x2 * a[2]
		b0 += x2 * b[2]
		c0 += x2 * c[2]
		d0 += x2 * d[2]
		a1 += x3 * a[3]
		b1 += x3 * b[3]
		c1 += x3 * c[3]
		d1 += x3 * d[3]
		q, a, b, c, d = q[lanes:], a[lanes:], b[lanes:], c[lanes:], d[lanes:]
	}
	return a0 + a1, b0 + b1, c0 + c1, d0 + d1
}
