/** Resolves after one turn of Node's event loop: pending signals, file writes and sockets were served. */
export function hostTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
