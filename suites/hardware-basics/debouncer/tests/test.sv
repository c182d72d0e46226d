`timescale 1 ps/1 ps

// Runs of one to six equal samples, each after the other level and with a glitch inside, resets in the
// middle of a run and of a high output, then random runs.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_out;
        int errortime_out;
        int errors_rise;
        int errortime_rise;
        int errors_fall;
        int errortime_fall;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic reset;
    logic in;
    logic out_ref;
    logic out_dut;
    logic rise_ref;
    logic rise_dut;
    logic fall_ref;
    logic fall_dut;

    RefModule good1 (
        .clk(clk),
        .reset(reset),
        .in(in),
        .out(out_ref),
        .rise(rise_ref),
        .fall(fall_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .reset(reset),
        .in(in),
        .out(out_dut),
        .rise(rise_dut),
        .fall(fall_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 30969;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    initial begin
        reset = 1; in = 1;
        repeat (2) @(negedge clk);
        reset = 0;
        repeat (3) @(negedge clk);
        in = 0;
        @(negedge clk) in = 1;
        repeat (4) @(negedge clk);
        in = 0;
        repeat (8) @(negedge clk);
        for (int i = 1; i < 7; i++)
            for (int j = 1; j < 7; j++) begin
                in = 1; repeat (i) @(negedge clk);
                in = 0; repeat (j) @(negedge clk);
            end
        in = 1;
        repeat (7) @(negedge clk);
        reset = 1;
        @(negedge clk) reset = 0;
        repeat (3) @(negedge clk);
        reset = 1;
        @(negedge clk) reset = 0;
        repeat (6) @(negedge clk);
        repeat (3000) @(negedge clk) begin
            if (pick(4) == 0) in = ~in;
            reset = pick(60) == 0;
        end
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {out_ref, rise_ref, fall_ref} === ({out_ref, rise_ref, fall_ref} ^ {out_dut, rise_dut, fall_dut} ^ {out_ref, rise_ref, fall_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (out_ref !== (out_ref ^ out_dut ^ out_ref)) begin
            if (stats1.errors_out == 0) stats1.errortime_out = $time;
            stats1.errors_out++;
        end
        if (rise_ref !== (rise_ref ^ rise_dut ^ rise_ref)) begin
            if (stats1.errors_rise == 0) stats1.errortime_rise = $time;
            stats1.errors_rise++;
        end
        if (fall_ref !== (fall_ref ^ fall_dut ^ fall_ref)) begin
            if (stats1.errors_fall == 0) stats1.errortime_fall = $time;
            stats1.errors_fall++;
        end
    end

    final begin
        if (stats1.errors_out) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "out", stats1.errors_out, stats1.errortime_out);
        else $display("Hint: Output '%s' has no mismatches.", "out");
        if (stats1.errors_rise) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "rise", stats1.errors_rise, stats1.errortime_rise);
        else $display("Hint: Output '%s' has no mismatches.", "rise");
        if (stats1.errors_fall) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "fall", stats1.errors_fall, stats1.errortime_fall);
        else $display("Hint: Output '%s' has no mismatches.", "fall");
        $display("Hint: Total mismatched samples is %1d out of %1d samples\n", stats1.errors, stats1.clocks);
        $display("Simulation finished at %0d ps", $time);
        $display("Mismatches: %1d in %1d samples", stats1.errors, stats1.clocks);
    end

    initial begin
        #1000000
        $display("TIMEOUT");
        $finish();
    end

endmodule
