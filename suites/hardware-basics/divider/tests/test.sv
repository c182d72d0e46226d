`timescale 1 ps/1 ps

// Boundary divisions one after the other with start held, inputs that change while busy, idle gaps,
// resets in every step, then random ones.
module tb();

    typedef struct packed {
        int errors;
        int errortime;
        int errors_busy;
        int errortime_busy;
        int errors_done;
        int errortime_done;
        int errors_quotient;
        int errortime_quotient;
        int errors_remainder;
        int errortime_remainder;

        int clocks;
    } stats;

    stats stats1;

    reg clk = 0;
    initial forever #5 clk = ~clk;

    logic reset;
    logic start;
    logic [7:0] dividend;
    logic [7:0] divisor;
    logic busy_ref;
    logic busy_dut;
    logic done_ref;
    logic done_dut;
    logic [7:0] quotient_ref;
    logic [7:0] quotient_dut;
    logic [7:0] remainder_ref;
    logic [7:0] remainder_dut;

    RefModule good1 (
        .clk(clk),
        .reset(reset),
        .start(start),
        .dividend(dividend),
        .divisor(divisor),
        .busy(busy_ref),
        .done(done_ref),
        .quotient(quotient_ref),
        .remainder(remainder_ref)
    );

    TopModule top_module1 (
        .clk(clk),
        .reset(reset),
        .start(start),
        .dividend(dividend),
        .divisor(divisor),
        .busy(busy_dut),
        .done(done_dut),
        .quotient(quotient_dut),
        .remainder(remainder_dut)
    );

    // A private seed: nothing that a design draws changes the stimulus.
    int seed = 83817;
    function int pick(input int n);
        pick = $unsigned($random(seed)) % n;
    endfunction

    task divide(input [7:0] n, input [7:0] d);
        start = 1; dividend = n; divisor = d;
        @(negedge clk);
        // Nothing that stands at the inputs now may matter.
        start = pick(2); dividend = $random(seed); divisor = $random(seed);
        repeat (7) @(negedge clk) begin
            start = pick(2); dividend = $random(seed); divisor = $random(seed);
        end
        @(negedge clk);
    endtask
    initial begin
        reset = 1; start = 1; dividend = 9; divisor = 4;
        repeat (2) @(negedge clk);
        reset = 0;
        divide(200, 7); divide(255, 1); divide(255, 255); divide(254, 255); divide(0, 9); divide(0, 0);
        divide(255, 0); divide(77, 0); divide(128, 128); divide(255, 128); divide(127, 128); divide(1, 255);
        divide(255, 2); divide(100, 10);
        start = 0;
        repeat (12) @(negedge clk) begin dividend = $random(seed); divisor = $random(seed); end
        for (int i = 0; i < 10; i++) begin
            start = 1; dividend = 250; divisor = 3;
            repeat (i + 1) @(negedge clk) start = 0;
            reset = 1;
            @(negedge clk) reset = 0;
            repeat (i % 3) @(negedge clk);
            divide(99 + i, 6);
        end
        for (int i = 0; i < 300; i++) begin
            divide($random(seed), pick(2) ? pick(16) : $random(seed));
            start = 0;
            if (i % 2) repeat (pick(4)) @(negedge clk);
        end
        repeat (2000) @(negedge clk) begin
            start = pick(6) == 0; dividend = $random(seed); divisor = pick(40); reset = pick(50) == 0;
        end
        @(negedge clk) $finish;
    end

    // X in the reference matches anything; X in the design matches only X.
    wire tb_match = {busy_ref, done_ref, quotient_ref, remainder_ref} === ({busy_ref, done_ref, quotient_ref, remainder_ref} ^ {busy_dut, done_dut, quotient_dut, remainder_dut} ^ {busy_ref, done_ref, quotient_ref, remainder_ref});

    // Just before the next edge: whatever a design schedules at an edge has settled by then.
    always @(posedge clk, negedge clk) begin
        #4;
        stats1.clocks++;
        if (!tb_match) begin
            if (stats1.errors == 0) stats1.errortime = $time;
            stats1.errors++;
        end
        if (busy_ref !== (busy_ref ^ busy_dut ^ busy_ref)) begin
            if (stats1.errors_busy == 0) stats1.errortime_busy = $time;
            stats1.errors_busy++;
        end
        if (done_ref !== (done_ref ^ done_dut ^ done_ref)) begin
            if (stats1.errors_done == 0) stats1.errortime_done = $time;
            stats1.errors_done++;
        end
        if (quotient_ref !== (quotient_ref ^ quotient_dut ^ quotient_ref)) begin
            if (stats1.errors_quotient == 0) stats1.errortime_quotient = $time;
            stats1.errors_quotient++;
        end
        if (remainder_ref !== (remainder_ref ^ remainder_dut ^ remainder_ref)) begin
            if (stats1.errors_remainder == 0) stats1.errortime_remainder = $time;
            stats1.errors_remainder++;
        end
    end

    final begin
        if (stats1.errors_busy) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "busy", stats1.errors_busy, stats1.errortime_busy);
        else $display("Hint: Output '%s' has no mismatches.", "busy");
        if (stats1.errors_done) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "done", stats1.errors_done, stats1.errortime_done);
        else $display("Hint: Output '%s' has no mismatches.", "done");
        if (stats1.errors_quotient) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "quotient", stats1.errors_quotient, stats1.errortime_quotient);
        else $display("Hint: Output '%s' has no mismatches.", "quotient");
        if (stats1.errors_remainder) $display("Hint: Output '%s' has %0d mismatches. First mismatch occurred at time %0d.", "remainder", stats1.errors_remainder, stats1.errortime_remainder);
        else $display("Hint: Output '%s' has no mismatches.", "remainder");
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
