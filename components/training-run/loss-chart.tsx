"use client";
import {
  CartesianGrid,
  LabelList,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import type { Curve } from "./training-curve";

const TICK = { fill: "var(--muted)", fontSize: 12 };
const SERIES = [
  { key: "trainLoss", name: "training rows", color: "var(--info-mark)", width: 1.5 },
  { key: "validationLoss", name: "rows kept aside", color: "var(--warn-mark)", width: 2 },
] as const;

/** Two lines with their names at the end; the frame around it holds the words and the table. */
export function LossChart({ curve }: { curve: Curve }) {
  const last = (key: "trainLoss" | "validationLoss") =>
    curve.points.findLastIndex((point) => point[key] !== null);
  return (
    <div role="img" aria-label="Line chart of the error by training step" className="h-64 w-full">
      <ResponsiveContainer>
        <LineChart
          data={curve.points}
          margin={{ top: 12, right: 104, bottom: 20, left: 4 }}
          accessibilityLayer={false}
        >
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="step"
            type="number"
            domain={[0, curve.totalSteps ?? "dataMax"]}
            tick={TICK}
            stroke="var(--edge)"
            label={{ value: "step", position: "insideBottom", offset: -12, ...TICK }}
          />
          <YAxis
            domain={[0, (most: number) => Math.ceil(most)]}
            tick={TICK}
            stroke="var(--edge)"
            width={52}
            label={{ value: "error of the answers", angle: -90, position: "insideLeft", ...TICK, dy: 56 }}
          />
          <Tooltip
            isAnimationActive={false}
            formatter={(value) => Number(value).toFixed(3)}
            labelFormatter={(step) => `Step ${step}`}
            contentStyle={{
              background: "var(--surface)",
              border: "1px solid var(--line)",
              color: "var(--ink)",
            }}
          />
          {SERIES.map(({ key, name, color, width }) => (
            <Line
              key={key}
              dataKey={key}
              name={name}
              stroke={color}
              strokeWidth={width}
              dot={key === "validationLoss" ? { r: 3, fill: color, strokeWidth: 0 } : false}
              connectNulls
              isAnimationActive={false}
            >
              <LabelList
                content={(props) =>
                  props.index === last(key) ? (
                    <text
                      x={Number(props.x) + 8}
                      y={Number(props.y) + (key === "trainLoss" ? 12 : 0)}
                      fill={color}
                      fontSize={12}
                    >
                      {name}
                    </text>
                  ) : null
                }
              />
            </Line>
          ))}
        </LineChart>
      </ResponsiveContainer>
    </div>
  );
}
