-- A plan made while a table has a handful of rows reads all rows of the organization by whatever index comes first, and
-- a bitmap makes that look cheap. It is kept, also for the checks of foreign keys inside of a move. So moves read by the
-- index that fits their conditions best, and nothing else.
alter function grant_credits set enable_bitmapscan = off;
alter function draw_credits set enable_bitmapscan = off;
alter function return_credits set enable_bitmapscan = off;
alter function end_hold set enable_bitmapscan = off;
alter function expire_holds set enable_bitmapscan = off;
alter function take_back_credits set enable_bitmapscan = off;
alter function freeze_credits set enable_bitmapscan = off;
alter function expire_lots set enable_bitmapscan = off;
alter function grant_plan_credits set enable_bitmapscan = off;
alter function end_plan_credits set enable_bitmapscan = off;
alter function seal_credits set enable_bitmapscan = off;
