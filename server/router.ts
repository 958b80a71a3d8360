import { accountRouter } from "./account/router";
import { adapterRouter } from "./adapter/router";
import { chainRouter } from "./chain/router";
import { chatRouter } from "./chat/router";
import { comparisonRouter } from "./comparison/router";
import { contributionRouter } from "./contribution/router";
import { datanetRouter } from "./datanet/router";
import { guideRouter } from "./guide/router";
import { invitationRouter } from "./invitation/router";
import { judgementRouter } from "./judgement/router";
import { noticeRouter } from "./notice/router";
import { publicationRouter } from "./publication/router";
import { reviewRouter } from "./review/router";
import { sampleRouter } from "./sample/router";
import { snapshotRouter } from "./snapshot/router";
import { taskRouter } from "./task/router";
import { trainingRunRouter } from "./training-run/router";
import { createCallerFactory, router } from "./trpc";

export const appRouter = router({
  account: accountRouter,
  adapter: adapterRouter,
  chain: chainRouter,
  chat: chatRouter,
  comparison: comparisonRouter,
  contribution: contributionRouter,
  datanet: datanetRouter,
  guide: guideRouter,
  invitation: invitationRouter,
  judgement: judgementRouter,
  notice: noticeRouter,
  publication: publicationRouter,
  review: reviewRouter,
  sample: sampleRouter,
  snapshot: snapshotRouter,
  task: taskRouter,
  trainingRun: trainingRunRouter,
});
export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
