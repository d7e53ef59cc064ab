import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { target as gossip } from '../../../targets/gossip/index.ts';
import { target as raft } from '../../../targets/raft/index.ts';
import { describeEnvironment } from '../environment.contract.ts';
import { processEnvironment } from './process-environment.ts';
import { processesMarked } from './testing/processes-marked.ts';

const NO_LINKS = 'one loopback interface has no links to cut';

describeEnvironment({
  name: 'process',
  testTimeoutMs: 60_000,
  skip: [
    { test: 'cuts exactly the links of a partition', reason: NO_LINKS },
    { test: 'cuts one direction of a link', reason: NO_LINKS },
    { test: 'keeps a link cut while another partition still wants it', reason: NO_LINKS },
    { test: 'steps wall clocks and sets them right again', reason: 'all processes share one clock' },
  ],
  make: async () => ({
    environment: processEnvironment(),
    strong: raft,
    eventual: gossip,
    async leftovers() {
      const prefix = `faultline-process-contract-${process.pid}-`;
      const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(prefix));
      return [...folders, ...(await processesMarked(prefix))];
    },
  }),
});
