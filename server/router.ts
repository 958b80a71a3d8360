import { accountRouter } from "./account/router";
import { adapterRouter } from "./adapter/router";
import { chainRouter } from "./chain/router";
import { contributionRouter } from "./contribution/router";
import { datanetRouter } from "./datanet/router";
import { publicationRouter } from "./publication/router";
import { reviewRouter } from "./review/router";
import { snapshotRouter } from "./snapshot/router";
import { trainingRunRouter } from "./training-run/router";
import { createCallerFactory, router } from "./trpc";

export const appRouter = router({
  account: accountRouter,
  adapter: adapterRouter,
  chain: chainRouter,
  contribution: contributionRouter,
  datanet: datanetRouter,
  publication: publicationRouter,
  review: reviewRouter,
  snapshot: snapshotRouter,
  trainingRun: trainingRunRouter,
});
export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
